-- Every result into PostgreSQL, or Huawei's DWS, which speaks its protocol. Put the connection of yours here. Written from the results' columns by the test of it: ORRERY_GOLDEN=write.

CREATE TABLE pg_dim_store_shop (
    store_code STRING NOT NULL,
    store_name STRING,
    store_type INT,
    region STRING,
    province STRING,
    city STRING,
    store_status INT,
    open_date DATE,
    close_date DATE,
    fcustid BIGINT,
    PRIMARY KEY (store_code) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dim_store_shop');
INSERT INTO pg_dim_store_shop SELECT * FROM dim_store_shop;

CREATE TABLE pg_dim_store_shop_fcustid (
    fcustid BIGINT NOT NULL,
    store_code STRING,
    store_name STRING,
    region STRING,
    province STRING,
    city STRING,
    customer_name STRING,
    PRIMARY KEY (fcustid) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dim_store_shop_fcustid');
INSERT INTO pg_dim_store_shop_fcustid SELECT * FROM dim_store_shop_fcustid;

CREATE TABLE pg_dim_product_sku (
    sku_code STRING NOT NULL,
    sku_name STRING,
    spec STRING,
    unit STRING,
    list_price DECIMAL(18, 2),
    cost_price DECIMAL(18, 4),
    sku_status INT,
    spu_id BIGINT,
    spu_name STRING,
    brand STRING,
    category_id BIGINT,
    category_name STRING,
    PRIMARY KEY (sku_code) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dim_product_sku');
INSERT INTO pg_dim_product_sku SELECT * FROM dim_product_sku;

CREATE TABLE pg_dim_jd_erp_material (
    material_id BIGINT NOT NULL,
    material_number STRING,
    material_group BIGINT,
    material_name STRING,
    specification STRING,
    PRIMARY KEY (material_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dim_jd_erp_material');
INSERT INTO pg_dim_jd_erp_material SELECT * FROM dim_jd_erp_material;

CREATE TABLE pg_dim_jd_erp_stock (
    stock_id BIGINT NOT NULL,
    stock_name STRING,
    PRIMARY KEY (stock_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dim_jd_erp_stock');
INSERT INTO pg_dim_jd_erp_stock SELECT * FROM dim_jd_erp_stock;

CREATE TABLE pg_dwd_gqsh_order_gqsh_order (
    order_id BIGINT NOT NULL,
    order_no STRING,
    parent_order_no STRING,
    member_id BIGINT,
    channel STRING,
    order_type INT,
    order_status INT,
    is_deleted TINYINT,
    total_amount DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    freight_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    create_time TIMESTAMP(0),
    pay_time TIMESTAMP(0),
    finish_time TIMESTAMP(0),
    cancel_time TIMESTAMP(0),
    cancel_reason STRING,
    source_channel STRING,
    delivery_type INT,
    receiver_province STRING,
    receiver_city STRING,
    utm_source STRING,
    store_code STRING,
    store_name STRING,
    store_type INT,
    region STRING,
    province STRING,
    city STRING,
    after_sales_count BIGINT,
    refund_amount DECIMAL(38, 2),
    last_apply_time TIMESTAMP(0),
    last_refund_time TIMESTAMP(0),
    perf_no STRING,
    perf_status INT,
    promised_time TIMESTAMP(0),
    perf_action STRING,
    perf_operator STRING,
    perf_time TIMESTAMP(0),
    PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_gqsh_order_gqsh_order');
INSERT INTO pg_dwd_gqsh_order_gqsh_order SELECT * FROM dwd_gqsh_order_gqsh_order;

CREATE TABLE pg_dwd_gqsh_order_gqsh_order_item (
    item_id BIGINT NOT NULL,
    order_id BIGINT,
    line_no INT,
    order_no STRING,
    member_id BIGINT,
    channel STRING,
    order_type INT,
    order_status INT,
    is_deleted TINYINT,
    create_time TIMESTAMP(0),
    pay_time TIMESTAMP(0),
    store_code STRING,
    store_name STRING,
    region STRING,
    city STRING,
    sku_code STRING,
    sku_name STRING,
    spu_name STRING,
    brand STRING,
    category_id BIGINT,
    category_name STRING,
    cost_price DECIMAL(18, 4),
    quantity INT,
    sale_price DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    is_gift TINYINT,
    asked_quantity BIGINT,
    returned_quantity BIGINT,
    refund_amount DECIMAL(38, 2),
    PRIMARY KEY (item_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_gqsh_order_gqsh_order_item');
INSERT INTO pg_dwd_gqsh_order_gqsh_order_item SELECT * FROM dwd_gqsh_order_gqsh_order_item;

CREATE TABLE pg_ads_order_sales (
    pay_date DATE NOT NULL,
    store_code STRING NOT NULL,
    store_name STRING,
    region STRING,
    channel STRING NOT NULL,
    order_count BIGINT,
    member_count BIGINT,
    quantity BIGINT,
    total_amount DECIMAL(38, 2),
    discount_amount DECIMAL(38, 2),
    pay_amount DECIMAL(38, 2),
    refund_amount DECIMAL(38, 2),
    net_amount DECIMAL(38, 2),
    PRIMARY KEY (pay_date, store_code, channel) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_order_sales');
INSERT INTO pg_ads_order_sales SELECT * FROM ads_order_sales;

CREATE TABLE pg_ads_order_item_sales (
    pay_date DATE NOT NULL,
    sku_code STRING NOT NULL,
    spu_name STRING,
    category_name STRING,
    brand STRING,
    order_count BIGINT,
    quantity BIGINT,
    returned_quantity BIGINT,
    pay_amount DECIMAL(38, 2),
    refund_amount DECIMAL(38, 2),
    margin DECIMAL(38, 4),
    PRIMARY KEY (pay_date, sku_code) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_order_item_sales');
INSERT INTO pg_ads_order_item_sales SELECT * FROM ads_order_item_sales;

CREATE TABLE pg_ads_order_sales_sum (
    pay_date DATE NOT NULL,
    store_count BIGINT,
    order_count BIGINT,
    quantity BIGINT,
    total_amount DECIMAL(38, 2),
    pay_amount DECIMAL(38, 2),
    refund_amount DECIMAL(38, 2),
    net_amount DECIMAL(38, 2),
    PRIMARY KEY (pay_date) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_order_sales_sum');
INSERT INTO pg_ads_order_sales_sum SELECT * FROM ads_order_sales_sum;

CREATE TABLE pg_dwd_t_sal_order (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    final_version STRING,
    sale_org_id BIGINT,
    customer_id BIGINT,
    customer_name STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    city STRING,
    line_no INT,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    tax_price DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    stock_out_quantity DECIMAL(23, 10),
    last_stock_id BIGINT,
    last_stock_name STRING,
    PRIMARY KEY (entry_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_t_sal_order');
INSERT INTO pg_dwd_t_sal_order SELECT * FROM dwd_t_sal_order;

CREATE TABLE pg_ads_jd_order_sales (
    bill_day DATE NOT NULL,
    store_code STRING NOT NULL,
    store_name STRING,
    region STRING,
    material_group BIGINT NOT NULL,
    bill_count BIGINT,
    quantity DECIMAL(38, 10),
    stock_out_quantity DECIMAL(38, 10),
    all_amount DECIMAL(38, 10),
    amount DECIMAL(38, 10),
    PRIMARY KEY (bill_day, store_code, material_group) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_jd_order_sales');
INSERT INTO pg_ads_jd_order_sales SELECT * FROM ads_jd_order_sales;

CREATE TABLE pg_dwd_t_pur_mrb (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    supplier_id BIGINT,
    stock_org_id BIGINT,
    line_no INT,
    stock_id BIGINT,
    stock_name STRING,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    return_quantity DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    PRIMARY KEY (entry_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_t_pur_mrb');
INSERT INTO pg_dwd_t_pur_mrb SELECT * FROM dwd_t_pur_mrb;

CREATE TABLE pg_ads_jd_instock (
    bill_day DATE NOT NULL,
    stock_id BIGINT NOT NULL,
    stock_name STRING,
    material_id BIGINT NOT NULL,
    material_number STRING,
    material_name STRING,
    bill_count BIGINT,
    real_quantity DECIMAL(38, 10),
    return_quantity DECIMAL(38, 10),
    net_quantity DECIMAL(38, 9),
    net_amount DECIMAL(38, 9),
    PRIMARY KEY (bill_day, stock_id, material_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_jd_instock');
INSERT INTO pg_ads_jd_instock SELECT * FROM ads_jd_instock;

CREATE TABLE pg_dwd_t_stk_inventory (
    inventory_id STRING NOT NULL,
    stock_org_id BIGINT,
    stock_id BIGINT,
    stock_name STRING,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    owner_id BIGINT,
    store_code STRING,
    store_name STRING,
    stock_status_id BIGINT,
    base_quantity DECIMAL(23, 10),
    quantity DECIMAL(23, 10),
    stock_quantity DECIMAL(23, 10),
    update_time TIMESTAMP(0),
    PRIMARY KEY (inventory_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_t_stk_inventory');
INSERT INTO pg_dwd_t_stk_inventory SELECT * FROM dwd_t_stk_inventory;

CREATE TABLE pg_ads_jd_outstock (
    stock_id BIGINT NOT NULL,
    stock_name STRING,
    material_group BIGINT NOT NULL,
    balance_count BIGINT,
    material_count BIGINT,
    stock_quantity DECIMAL(38, 10),
    shops_quantity DECIMAL(38, 10),
    negative_count BIGINT,
    PRIMARY KEY (stock_id, material_group) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_jd_outstock');
INSERT INTO pg_ads_jd_outstock SELECT * FROM ads_jd_outstock;

CREATE TABLE pg_dwd_gqsh_pos_order_t_order_info (
    order_id BIGINT NOT NULL,
    order_no STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    city STRING,
    till_no INT,
    cashier STRING,
    member_id BIGINT,
    pay_type INT,
    total_amount DECIMAL(18, 2),
    discount_amount DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    order_status INT,
    order_time TIMESTAMP(0),
    refund_count BIGINT,
    refund_amount DECIMAL(38, 2),
    last_refund_time TIMESTAMP(0),
    PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_gqsh_pos_order_t_order_info');
INSERT INTO pg_dwd_gqsh_pos_order_t_order_info SELECT * FROM dwd_gqsh_pos_order_t_order_info;

CREATE TABLE pg_dwd_gqsh_pos_order_t_order_item (
    item_id BIGINT NOT NULL,
    order_id BIGINT,
    order_no STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    member_id BIGINT,
    pay_type INT,
    order_status INT,
    order_time TIMESTAMP(0),
    sku_code STRING,
    sku_name STRING,
    spu_name STRING,
    brand STRING,
    category_name STRING,
    quantity INT,
    sale_price DECIMAL(18, 2),
    pay_amount DECIMAL(18, 2),
    returned_quantity BIGINT,
    refund_amount DECIMAL(38, 2),
    PRIMARY KEY (item_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_gqsh_pos_order_t_order_item');
INSERT INTO pg_dwd_gqsh_pos_order_t_order_item SELECT * FROM dwd_gqsh_pos_order_t_order_item;

CREATE TABLE pg_ads_pos_order_sales (
    order_date DATE NOT NULL,
    store_code STRING NOT NULL,
    store_name STRING,
    region STRING,
    pay_type INT NOT NULL,
    order_count BIGINT,
    member_count BIGINT,
    quantity BIGINT,
    pay_amount DECIMAL(38, 2),
    refund_amount DECIMAL(38, 2),
    net_amount DECIMAL(38, 2),
    PRIMARY KEY (order_date, store_code, pay_type) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_pos_order_sales');
INSERT INTO pg_ads_pos_order_sales SELECT * FROM ads_pos_order_sales;

CREATE TABLE pg_ads_pos_order_item_sales (
    order_date DATE NOT NULL,
    sku_code STRING NOT NULL,
    sku_name STRING,
    category_name STRING,
    order_count BIGINT,
    quantity BIGINT,
    returned_quantity BIGINT,
    net_amount DECIMAL(38, 2),
    PRIMARY KEY (order_date, sku_code) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_pos_order_item_sales');
INSERT INTO pg_ads_pos_order_item_sales SELECT * FROM ads_pos_order_item_sales;

CREATE TABLE pg_dwd_gqsh_activity_group_buy_detail (
    id BIGINT NOT NULL,
    group_id BIGINT,
    activity_id BIGINT,
    leader_member_id BIGINT,
    need_count INT,
    group_status INT,
    complete_time TIMESTAMP(0),
    member_id BIGINT,
    join_time TIMESTAMP(0),
    order_id BIGINT,
    order_no STRING,
    store_code STRING,
    pay_amount DECIMAL(18, 2),
    pay_time TIMESTAMP(0),
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_gqsh_activity_group_buy_detail');
INSERT INTO pg_dwd_gqsh_activity_group_buy_detail SELECT * FROM dwd_gqsh_activity_group_buy_detail;

CREATE TABLE pg_flink_datasc_realtime (
    event STRING NOT NULL,
    track_key BIGINT NOT NULL,
    distinct_id BIGINT,
    event_time TIMESTAMP(0),
    order_no STRING,
    store_code STRING,
    channel STRING,
    subject STRING,
    quantity BIGINT,
    amount DECIMAL(18, 2),
    coupon_amount DECIMAL(38, 2),
    PRIMARY KEY (event, track_key) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'flink_datasc_realtime');
INSERT INTO pg_flink_datasc_realtime SELECT * FROM flink_datasc_realtime;

CREATE TABLE pg_dwd_t_pur_poorder (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    supplier_id BIGINT,
    line_no INT,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    stock_in_quantity DECIMAL(23, 10),
    all_amount DECIMAL(23, 10),
    amount DECIMAL(23, 10),
    PRIMARY KEY (entry_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_t_pur_poorder');
INSERT INTO pg_dwd_t_pur_poorder SELECT * FROM dwd_t_pur_poorder;

CREATE TABLE pg_ads_purchase_supplier (
    supplier_id BIGINT NOT NULL,
    bill_count BIGINT,
    quantity DECIMAL(38, 10),
    stock_in_quantity DECIMAL(38, 10),
    all_amount DECIMAL(38, 10),
    audited_amount DECIMAL(38, 10),
    PRIMARY KEY (supplier_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_purchase_supplier');
INSERT INTO pg_ads_purchase_supplier SELECT * FROM ads_purchase_supplier;

CREATE TABLE pg_dwd_t_prd_mo (
    entry_id BIGINT NOT NULL,
    bill_id BIGINT,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    material_id BIGINT,
    material_number STRING,
    material_name STRING,
    material_group BIGINT,
    quantity DECIMAL(23, 10),
    stock_in_quantity DECIMAL(23, 10),
    state INT,
    PRIMARY KEY (entry_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_t_prd_mo');
INSERT INTO pg_dwd_t_prd_mo SELECT * FROM dwd_t_prd_mo;

CREATE TABLE pg_ads_production (
    bill_day DATE NOT NULL,
    material_group BIGINT NOT NULL,
    document_status STRING NOT NULL,
    line_count BIGINT,
    quantity DECIMAL(38, 10),
    stock_in_quantity DECIMAL(38, 10),
    PRIMARY KEY (bill_day, material_group, document_status) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_production');
INSERT INTO pg_ads_production SELECT * FROM ads_production;

CREATE TABLE pg_dwd_t_ar_receivable (
    bill_id BIGINT NOT NULL,
    bill_no STRING,
    bill_date TIMESTAMP(0),
    document_status STRING,
    cancel_status STRING,
    customer_id BIGINT,
    customer_name STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    all_amount DECIMAL(23, 10),
    written_off DECIMAL(23, 10),
    open_amount DECIMAL(24, 10),
    PRIMARY KEY (bill_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_t_ar_receivable');
INSERT INTO pg_dwd_t_ar_receivable SELECT * FROM dwd_t_ar_receivable;

CREATE TABLE pg_ads_receivable (
    bill_day DATE NOT NULL,
    customer_id BIGINT NOT NULL,
    customer_name STRING,
    region STRING,
    bill_count BIGINT,
    all_amount DECIMAL(38, 10),
    written_off DECIMAL(38, 10),
    open_amount DECIMAL(38, 10),
    PRIMARY KEY (bill_day, customer_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_receivable');
INSERT INTO pg_ads_receivable SELECT * FROM ads_receivable;

CREATE TABLE pg_ads_payable (
    bill_day DATE NOT NULL,
    supplier_id BIGINT NOT NULL,
    bill_count BIGINT,
    all_amount DECIMAL(38, 10),
    written_off DECIMAL(38, 10),
    open_amount DECIMAL(38, 10),
    PRIMARY KEY (bill_day, supplier_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_payable');
INSERT INTO pg_ads_payable SELECT * FROM ads_payable;

CREATE TABLE pg_ads_ledger (
    account_id BIGINT NOT NULL,
    fiscal_year INT NOT NULL,
    fiscal_period INT NOT NULL,
    begin_balance DECIMAL(38, 10),
    debit DECIMAL(38, 10),
    credit DECIMAL(38, 10),
    end_balance DECIMAL(38, 10),
    PRIMARY KEY (account_id, fiscal_year, fiscal_period) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_ledger');
INSERT INTO pg_ads_ledger SELECT * FROM ads_ledger;

CREATE TABLE pg_ads_member_level (
    level INT NOT NULL,
    member_count BIGINT,
    points BIGINT,
    PRIMARY KEY (level) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_member_level');
INSERT INTO pg_ads_member_level SELECT * FROM ads_member_level;

CREATE TABLE pg_ads_member_register (
    register_day DATE NOT NULL,
    register_channel STRING NOT NULL,
    member_count BIGINT,
    PRIMARY KEY (register_day, register_channel) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_member_register');
INSERT INTO pg_ads_member_register SELECT * FROM ads_member_register;

CREATE TABLE pg_ads_member_points (
    points_day DATE NOT NULL,
    reason STRING NOT NULL,
    entry_count BIGINT,
    member_count BIGINT,
    points BIGINT,
    PRIMARY KEY (points_day, reason) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_member_points');
INSERT INTO pg_ads_member_points SELECT * FROM ads_member_points;

CREATE TABLE pg_ads_activity (
    activity_day DATE NOT NULL,
    activity_name STRING NOT NULL,
    order_count BIGINT,
    discount_amount DECIMAL(38, 2),
    PRIMARY KEY (activity_day, activity_name) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_activity');
INSERT INTO pg_ads_activity SELECT * FROM ads_activity;

CREATE TABLE pg_ads_traffic (
    visit_day DATE NOT NULL,
    terminal STRING NOT NULL,
    page STRING NOT NULL,
    visit_count BIGINT,
    visitor_count BIGINT,
    member_count BIGINT,
    PRIMARY KEY (visit_day, terminal, page) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_traffic');
INSERT INTO pg_ads_traffic SELECT * FROM ads_traffic;

CREATE TABLE pg_dwd_gqsh_order_after_sales (
    after_sales_id BIGINT NOT NULL,
    after_sales_no STRING,
    order_id BIGINT,
    order_no STRING,
    store_code STRING,
    store_name STRING,
    region STRING,
    channel STRING,
    after_sales_type INT,
    after_sales_status INT,
    refund_amount DECIMAL(18, 2),
    reason STRING,
    apply_time TIMESTAMP(0),
    refund_time TIMESTAMP(0),
    PRIMARY KEY (after_sales_id) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dwd_gqsh_order_after_sales');
INSERT INTO pg_dwd_gqsh_order_after_sales SELECT * FROM dwd_gqsh_order_after_sales;

CREATE TABLE pg_ads_after_sales (
    apply_day DATE NOT NULL,
    region STRING NOT NULL,
    reason STRING NOT NULL,
    after_sales_type INT NOT NULL,
    after_sales_status INT NOT NULL,
    case_count BIGINT,
    refund_amount DECIMAL(38, 2),
    PRIMARY KEY (apply_day, region, reason, after_sales_type, after_sales_status) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'ads_after_sales');
INSERT INTO pg_ads_after_sales SELECT * FROM ads_after_sales;
