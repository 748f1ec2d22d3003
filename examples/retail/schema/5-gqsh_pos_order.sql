-- The tills of the shops.
CREATE DATABASE IF NOT EXISTS gqsh_pos_order CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE gqsh_pos_order;

CREATE TABLE t_order_info (
    order_id BIGINT NOT NULL,
    order_no VARCHAR(32) NOT NULL,
    store_code VARCHAR(16) NOT NULL,
    till_no INT NOT NULL,
    cashier VARCHAR(16) NOT NULL,
    member_id BIGINT NULL,
    pay_type INT NOT NULL COMMENT '1 cash, 2 card, 3 phone',
    total_amount DECIMAL(18,2) NOT NULL,
    discount_amount DECIMAL(18,2) NOT NULL,
    pay_amount DECIMAL(18,2) NOT NULL,
    order_status INT NOT NULL COMMENT '20 paid, 60 partly returned, 70 returned',
    order_time DATETIME NOT NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (order_id)
);

CREATE TABLE t_order_item (
    item_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    sku_code VARCHAR(32) NOT NULL,
    quantity INT NOT NULL,
    sale_price DECIMAL(18,2) NOT NULL,
    pay_amount DECIMAL(18,2) NOT NULL,
    PRIMARY KEY (item_id)
);

CREATE TABLE t_order_refund_info (
    refund_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    refund_no VARCHAR(32) NOT NULL,
    refund_amount DECIMAL(18,2) NOT NULL,
    refund_time DATETIME NOT NULL,
    PRIMARY KEY (refund_id)
);

CREATE TABLE t_order_item_refund (
    id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    quantity INT NOT NULL,
    refund_amount DECIMAL(18,2) NOT NULL,
    PRIMARY KEY (id)
);
