-- The product centre.
CREATE DATABASE IF NOT EXISTS gqsh_product CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE gqsh_product;

CREATE TABLE product_category (
    category_id BIGINT NOT NULL,
    category_name VARCHAR(64) NOT NULL,
    parent_id BIGINT NULL,
    PRIMARY KEY (category_id)
);

CREATE TABLE product_spu (
    spu_id BIGINT NOT NULL,
    spu_name VARCHAR(64) NOT NULL,
    category_id BIGINT NOT NULL,
    brand VARCHAR(32) NOT NULL,
    PRIMARY KEY (spu_id)
);

CREATE TABLE product_sku (
    sku_code VARCHAR(32) NOT NULL,
    spu_id BIGINT NOT NULL,
    sku_name VARCHAR(96) NOT NULL,
    spec VARCHAR(32) NULL,
    unit VARCHAR(8) NOT NULL,
    sale_price DECIMAL(18,2) NOT NULL,
    cost_price DECIMAL(18,4) NOT NULL,
    status INT NOT NULL COMMENT '1 on sale, 2 off the shelf',
    update_time DATETIME NOT NULL,
    PRIMARY KEY (sku_code)
);
